"""Test reports (user guide, "Test reports").

groups      report groups: create, describe, list, delete
reports     reports and their test cases: describe, list, delete
generating  what a build makes of the files that its commands left
junit       JUnit's XML, read
"""
